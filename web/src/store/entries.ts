import { submit, get, type Wire } from '@/api/client'
import { register } from './register'
import { uuidv7 } from './uuid'

/** What may be kept by hand of a noun, with its fields; forms are made from it. */
export type Keeping = Wire['Register']
export type Field = Wire['Field']
export type Entry = Omit<Wire['Entry'], 'values'> & { values: Values }
export type EntryChange = Wire['EntryChange']
export type BulkReport = Wire['BulkReport']
/** Fields of a record by name. */
export type Values = Record<string, unknown>

/** All registers and what the person may do with each. */
export const keepings = register(async () =>
  (await get<Keeping[]>('/api/registers')).map((one) => ({ ...one, id: one.noun })),
)

/** The register of a plural name; undefined before it is known. */
export const keepingOf = (many: string) => keepings.list.value.find((one) => one.many === many)
const manyOf = (noun: string) => keepings.list.value.find((one) => one.noun === noun)?.many ?? `${noun}s`

const at = (keeping: Keeping, id: number) => `/api/${keeping.many}/${id}`

export const readEntry = (keeping: Keeping, id: number) => get<Entry>(`${at(keeping, id)}/entry`)
export const readHistory = (keeping: Keeping, id: number) =>
  get<{ items: EntryChange[]; next?: string }>(`${at(keeping, id)}/history?limit=200`)
export const changeEntry = (keeping: Keeping, id: number, version: number, values: Values) =>
  submit<Entry>('PATCH', at(keeping, id), { ...values, version })
export const createEntry = (keeping: Keeping, values: Values, key: string) =>
  submit<Entry>('POST', `/api/${keeping.many}`, values, key)
export const retireEntry = (
  keeping: Keeping,
  id: number,
  body: { version: number; reason: string; restore?: boolean },
) => submit<Entry>('POST', `${at(keeping, id)}/retire`, body)
export const showEntry = (keeping: Keeping, id: number, purpose: string) =>
  submit<Values>('POST', `${at(keeping, id)}/show`, { purpose })

/** Which records a bulk edit means: those named, or all of a filter. */
export type Chosen = { ids: number[] } | { filter: Values }
export const changeMany = (keeping: Keeping, chosen: Chosen, set: Values, dryRun: boolean, seen = '') =>
  submit<BulkReport>('POST', `/api/${keeping.many}/bulk`, { ...chosen, set, dryRun, seen }, uuidv7())
export const undoMany = (keeping: Keeping, batch: string) =>
  submit<BulkReport>('POST', `/api/${keeping.many}/bulk/${batch}/undo`, undefined, uuidv7())

interface Named {
  id: number
  name?: string
  code?: string
  buildingName?: string
  unit?: number
  room?: string
  number?: string
}

/** Finds records of a noun by words, for a field that points at one. */
export async function findRecords(noun: string, words: string): Promise<{ id: number; label: string }[]> {
  const { items } = await get<{ items: Named[] }>(
    `/api/${manyOf(noun)}?limit=12&q=${encodeURIComponent(words)}`,
  )
  return items.map((one) => ({ id: one.id, label: titleOf(one) }))
}

function titleOf(one: Named): string {
  if (one.buildingName) return `${one.buildingName} ${one.unit}-${one.room}`
  const name = [one.name, one.number && !one.name?.includes(one.number) ? one.number : ''].join('')
  return [name, one.code].filter(Boolean).join(' · ')
}
