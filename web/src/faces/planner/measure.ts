const RADIUS = 6_371_008.8 // metres, mean radius of the earth

const radians = (degrees: number) => (degrees * Math.PI) / 180

/** Metres between two places [longitude, latitude] along the great circle. */
export function between(
  [lng1, lat1]: readonly [number, number],
  [lng2, lat2]: readonly [number, number],
): number {
  const [a, b] = [radians(lat1), radians(lat2)]
  const h = Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(radians(lng2 - lng1) / 2) ** 2
  return 2 * RADIUS * Math.asin(Math.sqrt(h))
}

/** Metres along a line. */
export function length(points: readonly (readonly [number, number])[]): number {
  return points.slice(1).reduce((sum, point, i) => sum + between(points[i]!, point), 0)
}
