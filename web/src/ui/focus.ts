/** Moves the focus by arrow keys among the elements; Home and End jump. Returns the element to go to, if any. */
export function arrowTarget(
  key: string,
  elements: HTMLElement[],
  now: Element | null,
  direction: 'row' | 'column' | 'both' = 'both',
): HTMLElement | undefined {
  const at = elements.indexOf(now as HTMLElement)
  const forward =
    direction === 'row'
      ? ['ArrowRight']
      : direction === 'column'
        ? ['ArrowDown']
        : ['ArrowRight', 'ArrowDown']
  const back =
    direction === 'row' ? ['ArrowLeft'] : direction === 'column' ? ['ArrowUp'] : ['ArrowLeft', 'ArrowUp']
  if (forward.includes(key)) return elements[(at + 1) % elements.length]
  if (back.includes(key)) return elements[(at - 1 + elements.length) % elements.length]
  if (key === 'Home') return elements[0]
  if (key === 'End') return elements.at(-1)
  return undefined
}
