/** A bar is not redrawn more often, as tqdm does it. */
const redrawEveryMs = 100;
const units = ['', 'k', 'M', 'G', 'T', 'P'];

/** Draws as tqdm does with bytes, so that the output of both programs is read alike. */
export function createPushBar(name: string, totalBytes: number, write: (text: string) => void) {
  const began = performance.now();
  let drawnAt = -Infinity;
  return {
    draw(sentBytes: number): void {
      const now = performance.now();
      const last = sentBytes >= totalBytes;
      if (!last && now - drawnAt < redrawEveryMs) return;
      drawnAt = now;
      write(`\r${barLine(name, sentBytes, totalBytes, (now - began) / 1000)}${last ? '\n' : ''}`);
    },
  };
}

function barLine(name: string, sent: number, total: number, seconds: number): string {
  const part = total === 0 ? 1 : sent / total;
  const pace = seconds > 0 ? sent / seconds : 0;
  const left = pace > 0 ? clock((total - sent) / pace) : '?';
  const speed = pace > 0 ? short(pace) : '?';
  const blocks = '█'.repeat(Math.floor(part * 10)).padEnd(10);
  const percent = `${Math.floor(part * 100)}%`.padStart(4);
  return `Uploading ${name}: ${percent}|${blocks}| ${short(sent)}/${short(total)} [${clock(seconds)}<${left}, ${speed}B/s]`;
}

/** 1234567 → 1.23M */
function short(count: number): string {
  const power = count < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(count) / 3));
  const value = count / 1000 ** power;
  return `${value.toFixed(power === 0 ? 0 : value < 10 ? 2 : 1)}${units[power]}`;
}

function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60];
  return `${String(minutes).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
}
