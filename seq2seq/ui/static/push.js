// What would be published of a model, and how far it is once that is being pushed.

let shownRun = 0;

function saidWords({ key, ...values }) {
  if (key === 'preparing') return say('push_preparing');
  if (key === 'asking') return say('push_asking');
  if (key === 'pushing') return say('push_pushing', values);
  if (key === 'pushed') return say('push_pushed', values);
  if (key === 'unchanged') return say('push_unchanged', values);
  return '';
}

function targetWords({ seen, state, ...values }) {
  const who = seen === 'private' ? say('push_private') : say('push_public');
  const where = { new: 'push_target_new', there: 'push_target_there' }[state] ?? 'push_target';
  return `${say(where, values)} ${who}`;
}

function fileRow(name, bytes, kind = '') {
  const row = made('tr', kind);
  const head = made('th', '', name);
  head.scope = 'row';
  row.append(head, made('td', 'lines-number', bytes.toLocaleString(say('language'))));
  return row;
}

function drawLink(address) {
  const link = find('.models-said a');
  link.hidden = !/^https?:\/\//.test(address ?? '');
  if (!link.hidden) link.href = address;
}

function drawFiles(value) {
  find('.push-body').hidden = value.files.length === 0;
  find('.push-empty').hidden = value.files.length > 0 || value.status === 'running';
  if (value.files.length === 0) return;
  setText(find('.push-target'), targetWords(value.target));
  const sum = value.files.reduce((total, [, bytes]) => total + bytes, 0);
  find('tbody').replaceChildren(...value.files.map(([name, bytes]) => fileRow(name, bytes)), fileRow(say('push_sum'), sum, 'push-sum'));
  setText(find('.push-left-out'), value.left_out ? say('push_left_out', { names: value.left_out }) : '');
}

function drawPush() {
  const value = JSON.parse(JSON.stringify(props.value ?? {}));
  if ((value.run ?? 0) < shownRun) return;
  shownRun = value.run;
  drawFrame(value);
  setText(find('.models-said span'), saidWords(value.said));
  find('.models-said').hidden = !value.said.key;
  drawLink(value.said.address);
  find('.lines-progress').hidden = value.status !== 'running';
  find('.lines-progress').value = value.share;
  drawFiles(value);
}

function sayPush() {
  translateTemplate();
  drawPush();
}

sayPush();
watch('value', drawPush);
watch('strings', sayPush);
