import { api, get, ok, type Wire } from '@/api/client'
import { perform } from './commands'
import { register } from './register'

/** A wish 微心愿 or a need 需求 of a household, said at a visit or at any other time. */
export type Ask = Omit<Wire['Ask'], 'visit'> & { visit: string | null }

/** One as it is said. */
export type AskDraft = Wire['AskDraft']

/** One that is said at no visit. */
export type AskRecord = Wire['AskRecord']

/** Something that may be brought to a door. */
export type Item = Wire['Item']

/** The server's limits (ward.AsksOfOne, ward.ItemsOfOne). */
export const ASKS_OF_ONE = 6
export const ITEMS_OF_ONE = 10

/** Roles that may see that a household asked for something; words are for those who walk. */
export const ASK_READERS = ['grid_leader', 'grid_staff', 'secretary', 'duty_head', 'party_office'] as const

const MOST = 200

/** What waits in a grid, or in the whole territory. Newest first. Throws ApiError. */
export const asksOf = (grid: number | null, state: 'open' | 'to_tell'): Promise<Ask[]> =>
  page({ state, limit: String(MOST), ...(grid && { grid: String(grid) }) })

/** What was said at a visit. Throws ApiError. */
export const asksOfVisit = (visit: string): Promise<Ask[]> => page({ visit })

/** What a household asked for; that somebody looked is written down. Throws ApiError. */
export const asksOfHousehold = (household: number): Promise<Ask[]> => page({ household: String(household) })

const page = async (query: Record<string, string>): Promise<Ask[]> =>
  (await get<{ items: Ask[] }>(`/api/asks?${new URLSearchParams(query)}`)).items

/** Records one that was said at no visit, at a door that is called `about`; null while only this device has it. Throws ApiError. */
export const recordAsk = (body: AskRecord, key: string, about: string): Promise<Ask | null> =>
  perform<Ask>({
    kind: 'create-ask',
    entity: body.id,
    method: 'POST',
    path: '/api/asks',
    body,
    about,
    key,
  })

/** Writes what became of it; null while only this device has the change. Throws ApiError `stale` when somebody else was first. */
export const changeAsk = (
  { id, version, place }: Pick<Ask, 'id' | 'version' | 'place'>,
  change: Omit<Wire['AskChange'], 'version'>,
  key: string,
): Promise<Ask | null> =>
  perform<Ask>({
    kind: 'change-ask',
    entity: id,
    method: 'PATCH',
    path: `/api/asks/${id}`,
    body: { ...change, version },
    about: place,
    key,
  })

/** What may be brought along, those in use first. */
export const items = register<Item>(() => get<Item[]>('/api/items'))

/** Adds an item (id 0) or changes it. Throws ApiError. */
export async function saveItem(body: Item): Promise<void> {
  await ok(api.POST('/api/items', { body }))
  await items.load()
}
