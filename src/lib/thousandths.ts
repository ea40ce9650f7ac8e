// Milliseconds as text, for every answer and every line of the log: `toFixed` and the shortest decimal of a double cost ten times as much.

/** A number that is not negative, rounded to three digits behind the point, as JSON and headers have it. */
export function thousandths(value: number): string {
  const whole = Math.round(value * 1000);
  const rest = whole % 1000;
  return `${(whole - rest) / 1000}.${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}`;
}
