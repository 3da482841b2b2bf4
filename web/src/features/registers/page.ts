import type { Noun } from '@/store/selection'
import { moment, t, type TextKey } from '@/ui/text'
import { term } from '@/ui/term'
import type { Column } from '@/ui/useRows'

/* What pages of registers are made of. */

/** A row of any register: what the server sends, read by the columns. */
export interface Row {
  id: number | string
  [field: string]: unknown
}

/** A register of the desk: where its rows come from and how they are shown. */
export interface RegisterPage {
  /** Name in the address and of the list: /api/NAME. */
  name: string
  title: TextKey
  /** What a row opens; absent when it has no card. */
  noun?: Noun
  /** Roles that may read it; absent for everybody who signs in. The server decides. */
  roles?: readonly string[]
  /** Vocabulary of the filter `kind`, and its values. */
  kinds?: {
    vocabulary: string
    values: readonly string[]
    /** Name of the filter in the query when it is not `kind`. */
    query?: string
    label?: TextKey
  }
  /** Whether the list narrows by community and by words. */
  narrows?: boolean
  columns: () => Column<Row>[]
}

/** A text of the row, or nothing. */
export const text = (field: string) => (row: Row) => (row[field] as string | null) || null
/** A number of the row. */
export const count = (field: string) => (row: Row) => row[field] as number | null
/** A value of a vocabulary in words. */
export const word = (vocabulary: string, field: string) => (row: Row) => {
  const value = row[field] as string | null
  return value ? term(vocabulary, value) : null
}
/** Several texts, of a vocabulary when one is given. */
export const list =
  (field: string, vocabulary = '') =>
  (row: Row) =>
    ((row[field] as string[] | null) ?? [])
      .map((one) => (vocabulary ? term(vocabulary, one) : one))
      .join('、') || null
/** A moment. */
export const time = (field: string) => (row: Row) => (row[field] ? moment(row[field] as string) : null)

type Value = Column<Row>['value']
/** A column; its key is the field unless a value says otherwise. */
export const col = (key: string, label: TextKey, value: Value = text(key)): Column<Row> => ({
  key,
  label: t(label),
  value,
})
/** A column of numbers. */
export const num = (key: string, label: TextKey, value: Value = count(key)): Column<Row> => ({
  ...col(key, label, value),
  numeric: true,
})

/** Roles that keep registers. */
export const registry = [
  'grid_leader',
  'grid_staff',
  'planner',
  'duty_head',
  'secretary',
  'party_office',
  'admin',
]
/** Roles that see people by name. */
export const offices = ['secretary', 'party_office', 'admin']
/** Roles that work here. */
export const staff = [...registry, 'intake', 'dispatcher', 'handler']
