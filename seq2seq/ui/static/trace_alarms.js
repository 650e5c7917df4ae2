// What looks wrong in the translation, each with its reason and the setting that helps.

function drawAlarms() {
  const list = find('.trace-alarms');
  const sentences = view.alarms.map((alarm) => alarmSentence(alarm));
  list.hidden = !sentences.length;
  while (list.children.length > sentences.length) list.lastChild.remove();
  while (list.children.length < sentences.length) list.append(document.createElement('li'));
  sentences.forEach((sentence, index) => setText(list.children[index], sentence));
}

function alarmSentence({ kind, words, value }) {
  const named = words.map((word) => `“${word}”`).join(', ');
  if (kind === 'repetition') return say('alarm_repetition', { words: named, times: value });
  if (kind === 'uncovered') return say('alarm_uncovered', { words: named });
  if (kind === 'unsure') return say('alarm_unsure', { probability: percent(value) });
  return say('alarm_cut', { tokens: value });
}
