import type { Field } from '@/store/entries'

/** What an input holds: text for most, a list of keys for what points at records or is chosen from several. */
export type Input = string | string[]

const lists = ['many', 'refs', 'things', 'ref', 'thing']

/** A stored value as the input of its field shows it. Personal values are never put into an input. */
export function toInput(field: Field, value: unknown): Input {
  if (lists.includes(field.kind)) {
    if (value === null || value === undefined || field.personal) return []
    const all = Array.isArray(value) ? value : [value]
    const pointing = field.kind === 'ref' || field.kind === 'refs'
    return all.map((one) => (pointing ? `${field.nouns[0]}/${one}` : String(one)))
  }
  if (value === null || value === undefined || field.personal) return ''
  if (Array.isArray(value)) return value.join(',')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** An input as the value that is sent; null for empty. What cannot be understood is sent as it is, for the server to say so. */
export function fromInput(field: Field, input: Input): unknown {
  if (Array.isArray(input)) {
    const number = (key: string) => Number(key.split('/')[1])
    if (field.kind === 'ref') return input[0] ? number(input[0]) : null
    if (field.kind === 'thing') return input[0] ?? null
    return field.kind === 'refs' ? input.map(number) : input
  }
  const text = input.trim()
  if (text === '') return null
  if (field.kind === 'int' || field.kind === 'number') return Number.isNaN(Number(text)) ? text : Number(text)
  if (field.kind === 'bool') return text === 'true'
  if (field.kind === 'place') return text.split(/[,，\s]+/).map(Number)
  if (field.kind === 'outline' || field.kind === 'course') return parsed(text)
  return text
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

export const same = (a: Input, b: Input) => JSON.stringify(a) === JSON.stringify(b)
