import { get } from '@/api/client'

interface Page<T> {
  items: T[]
  next?: string
}

const LIMIT = 500 // the most the server gives at once

/** Everything a list holds, page after page. `path` is that of the list, e.g. `/api/grids`. Throws ApiError. */
export async function everything<T>(path: string, query: Record<string, string> = {}): Promise<T[]> {
  const all: T[] = []
  for (let after = ''; ;) {
    const search = new URLSearchParams({ ...query, limit: String(LIMIT), ...(after && { after }) })
    const { items, next } = await get<Page<T>>(`${path}?${search}`)
    all.push(...items)
    if (!next) return all
    after = next
  }
}
