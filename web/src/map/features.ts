import type { Feature } from 'geojson'

/**
 * Features of things, each made once per thing and mark: a thing is an object
 * that is replaced when it changes, so an unchanged one keeps its feature and
 * useLayer need not send it again. The mark tells what else it depends on.
 */
export function features<T extends object>(make: (thing: T, mark: string) => Feature) {
  const made = new WeakMap<T, { mark: string; feature: Feature }>()
  return (things: readonly T[], markOf: (thing: T) => string = () => ''): Feature[] =>
    things.map((thing) => {
      const mark = markOf(thing)
      const known = made.get(thing)
      if (known?.mark === mark) return known.feature
      const feature = make(thing, mark)
      made.set(thing, { mark, feature })
      return feature
    })
}
