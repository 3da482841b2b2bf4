import { randomUUID } from 'node:crypto'

/** An id as devices make them: the time first, so that ids sort by age (UUIDv7). */
export function uuid7() {
  const time = Date.now().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}
