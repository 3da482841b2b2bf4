import type { Wire } from '@/api/client'
import { word } from '@/ui/zhShared'

/** A plan as its view-only link shows it. */
export type SharedPlan = Wire['SharedPlan']

/** A grid of it: sums of the whole grid. */
export type SharedGrid = Wire['SharedGrid']

/** Reads the plan of a link. Throws Error in words for people. */
export async function readShared(token: string): Promise<SharedPlan> {
  let response: Response
  try {
    response = await fetch(`/api/shared-plans/${encodeURIComponent(token)}`)
  } catch {
    throw new Error(word('offline'))
  }
  const body = (await response.json().catch(() => null)) as (SharedPlan & { detail?: string }) | null
  if (response.ok && body) return body
  // A link that is no link at all is refused as a bad field; people need not know which.
  throw new Error(response.status === 422 ? word('noLink') : (body?.detail ?? word('trouble')))
}

/** The day of a moment, where the street is. */
export const dayOf = (at: string) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date(at))

/** A number with its sign; a dot for none. */
export const signed = (n: number) => (n === 0 ? '·' : `${n > 0 ? '+' : '−'}${Math.abs(n)}`)
