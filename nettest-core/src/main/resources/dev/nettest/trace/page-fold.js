// Which rows are shown, and in which order: hidden hosts, folded rows and marks for gaps of time.

const REPEATS = 3;
const LONGEST_CYCLE = 24;
const LOCALS = 3;
const END = 3;

const settings = { repeats: true, locals: rows.length > 60, hidden: new Set(), opened: new Set() };

const marked = rows.filter((row) => row.mark);
// A wait that began and has a row did not end.
const kept = (row) => row.mark || row.events[0].kind === 'Wait began';
const nearMark = new Set(rows.filter(kept).flatMap((row) => [row.index - 1, row.index, row.index + 1]));

// Rows with equal signatures look the same but for numbers. A row that must stay visible equals no other.
const signatures = (() => {
  const known = new Map();
  return rows.map((row) => {
    if (kept(row) || row.index >= rows.length - END) {
      return -1 - row.index;
    }
    const text = `${row.shape} ${row.from} ${row.to} ${row.text.replace(/\d+/g, '#')}`;
    if (!known.has(text)) {
      known.set(text, known.size);
    }
    return known.get(text);
  });
})();

function isHidden(row) {
  return settings.hidden.has(row.from) || settings.hidden.has(row.to);
}

// The items from top to bottom: rows, folds (open or not), gaps and omissions.
function arrange() {
  const shown = rows.filter((row) => !isHidden(row));
  const items = [];
  for (const part of foldRepeats(shown)) {
    if (part.fold) {
      addFold(items, part);
    } else {
      foldLocals(part.rows).forEach((inner) => (inner.fold ? addFold(items, inner) : addRows(items, inner.rows, false)));
    }
  }
  return addGaps(items);
}

function addRows(items, list, inFold) {
  list.forEach((row) => items.push({ kind: 'row', row, inFold }));
}

function addFold(items, fold) {
  const open = settings.opened.has(fold.key);
  items.push({ kind: 'fold', ...fold, open });
  if (open) {
    addRows(items, fold.rows, true);
  }
}

// Splits rows into those to show and those that repeat the ones before.
function foldRepeats(list) {
  const parts = [];
  let plain = [];
  let i = 0;
  while (i < list.length) {
    const run = settings.repeats ? longestRun(list, i) : null;
    if (run) {
      plain.push(...list.slice(i, i + run.period));
      parts.push({ rows: plain });
      plain = [];
      const folded = list.slice(i + run.period, i + run.period * run.times);
      const what = run.period === 1 ? 'the row above' : `the ${run.period} rows above`;
      parts.push({ fold: true, key: `r${folded[0].index}`, rows: folded, label: `${what}, ${run.times - 1} more times` });
      i += run.period * run.times;
    } else {
      plain.push(list[i++]);
    }
  }
  parts.push({ rows: plain });
  return parts;
}

function longestRun(list, start) {
  let best = null;
  for (let period = 1; period <= LONGEST_CYCLE; period++) {
    let end = start + period;
    while (end < list.length && signatures[list[end].index] === signatures[list[end - period].index]) {
      end++;
    }
    const times = Math.floor((end - start) / period);
    if (times >= REPEATS && (!best || times * period > best.times * best.period)) {
      best = { period, times };
    }
  }
  return best;
}

// Splits rows into those to show and runs of unmarked events inside hosts.
function foldLocals(list) {
  const parts = [];
  let plain = [];
  let locals = [];
  const flush = () => {
    if (settings.locals && locals.length >= LOCALS) {
      parts.push({ rows: plain });
      plain = [];
      const kinds = [...new Set(locals.map((row) => row.text))];
      const label = kinds.slice(0, 3).join(', ') + (kinds.length > 3 ? ' \u2026' : '');
      parts.push({ fold: true, key: `l${locals[0].index}`, rows: locals, label });
    } else {
      plain.push(...locals);
    }
    locals = [];
  };
  for (const row of list) {
    if (row.shape === 'local' && !nearMark.has(row.index) && row.index < rows.length - END) {
      locals.push(row);
    } else {
      flush();
      plain.push(row);
    }
  }
  flush();
  parts.push({ rows: plain });
  return parts;
}

// A gap is long for this trace: several times the usual step, or at least a second.
const longStep = (() => {
  const steps = [];
  for (let i = 1; i < rows.length; i++) {
    if (rows[i].time > rows[i - 1].time) {
      steps.push(rows[i].time - rows[i - 1].time);
    }
  }
  steps.sort((a, b) => a - b);
  const median = steps.length ? steps[Math.floor(steps.length / 2)] : 0;
  return Math.min(1e9, Math.max(1e6, 8 * median));
})();

function addGaps(items) {
  const result = [];
  let time = 0;
  for (const item of items) {
    const first = item.row || item.rows[0];
    const step = first.time - time;
    if (first.omitted && !item.inFold) {
      result.push({ kind: 'omitted', count: first.omitted });
    }
    if (step >= longStep) {
      result.push({ kind: 'gap', step });
    }
    const last = item.row || (item.open ? null : item.rows[item.rows.length - 1]);
    time = last ? last.time : time;
    result.push(item);
  }
  return result;
}
