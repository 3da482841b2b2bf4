/** The name of a building as the server joins it of name and number; a number that the name already ends with is not said twice. */
export function placeName(joined: string): string {
  return /^(.*?(\S+)) \2$/.exec(joined)?.[1] ?? joined
}
