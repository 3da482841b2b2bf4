/** Ticks of an axis of counts from zero: round whole steps, the last one at or above the greatest value. */
export function ticks(greatest: number, most = 4): number[] {
  if (!(greatest > 0)) return [0, 1]
  const rough = greatest / most
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = Math.max(
    1,
    [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= rough && n % 1 === 0) ?? 1,
  )
  return Array.from({ length: Math.ceil(greatest / step) + 1 }, (_, i) => i * step)
}

/** A value of 0…greatest as a place on a line from `from` to `to`. */
export function place(value: number, greatest: number, from: number, to: number): number {
  return from + (greatest > 0 ? value / greatest : 0) * (to - from)
}

/** A line through points, as the `d` of an SVG path. */
export function line(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], i) => `${i ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`).join('')
}

/** A count of people in a small group, which would point at them: hidden below three. */
export function discreet(count: number, write: (n: number) => string, few: string): string {
  return count > 0 && count < 3 ? few : write(count)
}
