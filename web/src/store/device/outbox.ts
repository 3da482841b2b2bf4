import type { IDBPTransaction } from 'idb'
import { watch } from 'vue'
import { ApiError } from '@/api/client'
import { transmit, type Command, type Queue } from '../commands'
import { actor, sessionOver, type Actor } from '../session'
import { uuidv7 } from '../uuid'
import { base, type DeviceBase, type Row, type Trouble } from './base'
import { inState, onTabs, readRows, tellTabs } from './outboxRows'
import { pauseAfter } from './pause'
import { isAway, reachable } from './reach'

/*
 * Commands wait here until the server has them. They are written down before
 * anything is sent, sent under the key they were born with, and leave only when
 * the server has answered or a person has decided.
 */

const LOCK = 'wangge.outbox' // one tab of the device sends at a time
const PATIENCE = 1_500 // milliseconds a form waits for the answer before it is told "kept"
const SENT_KEPT = 200 // sent commands that stay in the list, without their content

export { ofOthers, outboxKnown, rows, troubled, unsent, waiting } from './outboxRows'

type Settle = { resolve: (answer: unknown) => void; reject: (error: ApiError) => void }
const waiters = new Map<string, Settle>()
type Delivered = (row: Row, answer: unknown) => void
const hearers = new Set<Delivered>()

/** Calls back when this tab has delivered a command. Returns the stop. */
export function onDelivered(hearer: Delivered): () => void {
  hearers.add(hearer)
  return () => hearers.delete(hearer)
}

/**
 * Writes commands down, all or none. From here on they survive everything but a
 * lost device. One that is there already (its form was not closed before the
 * browser died) is not written twice. Throws ApiError `full` when there is no room.
 */
export async function enqueue(...commands: readonly Command[]): Promise<Row[]> {
  const by = actor.value
  if (!by) throw new ApiError('unauthenticated', '', 401)
  try {
    return await writing(async (tx) => {
      const written: Row[] = []
      for (const command of commands) written.push(await writeDown(tx, command, by))
      return written
    })
  } catch (cause) {
    throw new ApiError((cause as Error).name === 'QuotaExceededError' ? 'full' : 'internal', '', 0)
  }
}

type Writing = IDBPTransaction<DeviceBase, ['outbox', 'photos'], 'readwrite'>

/** Does all of it or nothing, and tells every tab that the list has changed. */
async function writing<T>(work: (tx: Writing) => Promise<T>): Promise<T> {
  const tx = (await base()).transaction(['outbox', 'photos'], 'readwrite')
  try {
    const done = await work(tx)
    await tx.done
    return done
  } catch (cause) {
    tx.done.catch(() => {}) // its cause is told below
    try {
      tx.abort()
    } catch {
      // It has ended by itself.
    }
    throw tx.error ?? cause
  } finally {
    tellTabs()
  }
}

/** Changes fields of a command that is there. */
const amend = (n: number, fields: Partial<Row>) =>
  writing(async (tx) => {
    const row = await tx.objectStore('outbox').get(n)
    if (row) await tx.objectStore('outbox').put({ ...row, ...fields })
  })

async function writeDown(tx: Writing, { file, ...command }: Command, by: Actor): Promise<Row> {
  const outbox = tx.objectStore('outbox')
  // What is kept is a copy: forms go on living.
  const body = JSON.parse(JSON.stringify(command.body ?? null)) as unknown
  const there = await outbox.index('key').get(command.key)
  const same = JSON.stringify(there?.body) === JSON.stringify(body)
  if (there && (same || there.state === 'sent')) return there
  // Another content: in its place while nobody has seen it, else under a key of its own.
  if (there && there.tries === 0) {
    await outbox.put({ ...there, body })
    return { ...there, body }
  }
  const row: Omit<Row, 'n'> = {
    ...command,
    ...(there && { key: uuidv7() }),
    body,
    ...(file && { photo: file.id }),
    actor: by.id,
    actorName: by.name,
    at: Date.now(),
    state: 'waiting',
    tries: 0,
  }
  // A form hands over its own reactive object, which IndexedDB cannot copy.
  if (file) await tx.objectStore('photos').put({ id: file.id, blob: file.blob })
  return { ...row, n: await outbox.add(row as Row) }
}

/** The queue of a device that works without a network. */
export const queue: Queue = {
  async perform<T>(command: Command, followers: readonly Command[] = []): Promise<T | null> {
    const written = await enqueue(command, ...followers)
    if (isAway()) return null // sent when there is a way
    const answer = settled(written[0]!.key)
    void flush()
    try {
      return (await answer) as T | null
    } catch (cause) {
      // The form says what is wrong and keeps what was typed.
      for (const row of written) await drop(row)
      throw cause
    }
  },
}

/** The answer to a command if it comes in time, else null. */
function settled(key: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    waiters.set(key, { resolve, reject })
    setTimeout(() => {
      waiters.delete(key)
      resolve(null)
    }, PATIENCE)
  })
}

let failures = 0
let timer: ReturnType<typeof setTimeout> | undefined
let running: Promise<void> | undefined
let more = false

/** Sends what waits, in order; only one tab at a time. Comes back by itself after a pause when the network is away. */
export function flush(): Promise<void> {
  clearTimeout(timer)
  more = true
  running ??= locked(async () => {
    while (more) {
      more = false
      await drain()
    }
  }).finally(() => (running = undefined))
  return running
}

// Without HTTPS there are no locks; the server still takes a key only once.
const locked = (work: () => Promise<void>): Promise<void> =>
  navigator.locks ? navigator.locks.request(LOCK, work).then(() => {}) : work()

async function drain(): Promise<void> {
  for (;;) {
    if (!actor.value || sessionOver.value) return
    const row = await nextRow(actor.value.id)
    if (!row) return
    if (!(await attempt(row))) {
      timer = setTimeout(() => void flush(), pauseAfter(++failures))
      return
    }
    failures = 0
  }
}

/** The oldest command that may go: nothing about the same thing stands before it in trouble. */
async function nextRow(by: number): Promise<Row | undefined> {
  const blocked = new Set<string>()
  for (const row of await inState('waiting', 'sending', 'trouble')) {
    if (row.actor !== by) continue
    if (row.state !== 'trouble' && !blocked.has(row.entity)) return row
    blocked.add(row.entity)
  }
  return undefined
}

/** One attempt; false when the server cannot be reached. */
async function attempt(row: Row): Promise<boolean> {
  await amend(row.n, { state: 'sending', tries: row.tries + 1 })
  try {
    const file = row.photo ? await (await base()).get('photos', row.photo) : undefined
    const answer = await transmit({ ...row, file } as Command)
    await delivered(row)
    waiters.get(row.key)?.resolve(answer)
    hearers.forEach((hearer) => hearer(row, answer))
    return true
  } catch (cause) {
    const error = cause instanceof ApiError ? cause : new ApiError('internal', String(cause), 0)
    if (isPassing(error)) {
      await amend(row.n, { state: 'waiting' })
      return false
    }
    await amend(row.n, { state: 'trouble', trouble: troubleOf(error) })
    waiters.get(row.key)?.reject(error)
    return true
  } finally {
    waiters.delete(row.key)
  }
}

/** Failures that time heals: no network, a server in trouble, a sign-in that has run out. */
const isPassing = ({ code, status }: ApiError) =>
  code === 'offline' || code === 'too_many' || code === 'unauthenticated' || status >= 500

const troubleOf = ({ code, message, fields, reference, current }: ApiError): Trouble => ({
  code,
  message,
  fields,
  reference,
  ...(current !== undefined && { current }),
})

/** A sent command keeps its line in the list; its content leaves the device. */
async function delivered(row: Row): Promise<void> {
  await writing(async (tx) => {
    const outbox = tx.objectStore('outbox')
    if (row.photo) await tx.objectStore('photos').delete(row.photo)
    const now = { ...row, state: 'sent' as const, tries: row.tries + 1, sentAt: Date.now(), body: null }
    delete now.trouble
    await outbox.put(now)
    const sent = await outbox.index('state').getAllKeys('sent')
    for (const n of sent.slice(0, Math.max(0, sent.length - SENT_KEPT))) await outbox.delete(n)
  })
}

/** Forgets a command for good. */
export async function drop(row: Pick<Row, 'n' | 'photo'>): Promise<void> {
  await writing(async (tx) => {
    if (row.photo) await tx.objectStore('photos').delete(row.photo)
    await tx.objectStore('outbox').delete(row.n)
  })
}

/** Sends a refused command again, under a new key: the server said no to the old one. */
export async function again(row: Row, body: unknown = row.body): Promise<void> {
  await amend(row.n, { state: 'waiting', key: uuidv7(), body, trouble: undefined })
  failures = 0
  void flush()
}

/** Sends a command that clashed once more, on top of what is there now. */
export function overwrite(row: Row): Promise<void> {
  const { version } = row.trouble?.current as { version: number }
  return again(row, { ...(row.body as object), version })
}

/** Follows the list and sends whenever there may be a way. Returns the stop. */
export function watchOutbox(): () => void {
  const deaf = onTabs(() => void readRows())
  void readRows()
  const stop = watch([reachable, actor, sessionOver], () => {
    if (reachable.value !== false) void flush()
  })
  const seen = () => document.visibilityState === 'visible' && void flush()
  document.addEventListener('visibilitychange', seen)
  addEventListener('online', flush)
  void flush()
  return () => {
    deaf()
    stop()
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', seen)
    removeEventListener('online', flush)
  }
}
