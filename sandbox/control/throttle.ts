/** Calls `act` at once, and again when calls came within `ms` after that: never more often, the last never left out. */
export function createThrottle(ms: number, act: () => void): { call: () => void; stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let again = false;
  const call = (): void => {
    if (timer) {
      again = true;
      return;
    }
    act();
    timer = setTimeout(() => {
      timer = undefined;
      if (again) {
        again = false;
        call();
      }
    }, ms);
  };
  return { call, stop: () => clearTimeout(timer) };
}
