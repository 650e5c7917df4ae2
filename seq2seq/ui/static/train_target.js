// The target of a lesson: how far it is, or when it was reached.

function targetWords({ wanted, now, step, seconds }) {
  const number = (share) => (share === null ? '–' : Number(share.toFixed(1)).toLocaleString());
  if (step === null) return say('train_target_open', { wanted: number(wanted), now: number(now) });
  return say('train_target_reached', { wanted: number(wanted), step: step.toLocaleString(), time: clock(seconds ?? 0) });
}
