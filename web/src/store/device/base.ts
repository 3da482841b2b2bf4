import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import type { Wire } from '@/api/client'

/** Where a command stands: waiting for the network, on its way, with the server, or in need of a person. */
export type RowState = 'waiting' | 'sending' | 'sent' | 'trouble'

/** Why a command was refused, as the server said it. */
export interface Trouble {
  code: string
  message: string
  fields: { field: string; message: string }[]
  reference: string
  /** The thing as it is now, when somebody else was first. */
  current?: unknown
}

/** One command in the outbox. The key is the same for every attempt, so that it acts once. */
export interface Row {
  /** The order in which commands were given on this device. */
  n: number
  key: string
  /** Account that gave it; only that account sends it. */
  actor: number
  actorName: string
  /** What it is, for words and for whoever edits it: `create-visit`. */
  kind: string
  /** Commands about one thing are sent in order. */
  entity: string
  method: 'POST' | 'PUT' | 'PATCH'
  path: string
  /** JSON, or null when a file is sent. */
  body: unknown
  /** Id of the photo or recording to send instead of JSON; devices have rows under this name. */
  photo?: string
  /** Words that say what it is about, e.g. a door. */
  about: string
  /** When it was given, by the clock of this device. */
  at: number
  state: RowState
  tries: number
  trouble?: Trouble
  sentAt?: number
}

/** A photo or a recording that waits for its turn. */
export interface KeptFile {
  id: string
  blob: Blob
}

/** Data of one grid, for one account. */
export interface KeptPack {
  grid: number
  actor: number
  etag: string
  /** When the server last said that it is right, by this device. */
  checkedAt: number
  pack: Wire['Pack']
}

/** An answer of the server that is needed to start: who is signed in, how the program is set up. */
export interface KeptAnswer {
  path: string
  body: unknown
}

/** Everything this device keeps. IndexedDB, so that it outlives the browser. */
export interface DeviceBase extends DBSchema {
  outbox: { key: number; value: Row; indexes: { key: string; state: RowState } }
  photos: { key: string; value: KeptFile }
  packs: { key: number; value: KeptPack }
  answers: { key: string; value: KeptAnswer }
  notes: { key: string; value: { name: string; value: unknown } }
  /** Pieces of a map file where the browser has no private file system. */
  pieces: {
    key: [string, number]
    value: { name: string; at: number; blob: Blob }
    indexes: { name: string }
  }
}

// Devices that were in use before have their stores at this version.
const VERSION = 10

let opened: Promise<IDBPDatabase<DeviceBase>> | undefined

/** The base of this device; opened by the first use, and again when the browser has closed it. */
export function base(): Promise<IDBPDatabase<DeviceBase>> {
  const forget = () => (opened = undefined)
  opened ??= openDB<DeviceBase>('wangge', VERSION, {
    upgrade: (db) => void (db.objectStoreNames.contains('outbox') || furnish(db)),
    blocking: (_now, _wanted, event) => {
      // Another tab has a newer program: it may not have to wait for this one.
      ;(event.target as IDBDatabase).close()
      forget()
    },
    terminated: forget,
  })
  opened.catch(forget)
  return opened
}

function furnish(db: IDBPDatabase<DeviceBase>): void {
  const outbox = db.createObjectStore('outbox', { keyPath: 'n', autoIncrement: true })
  outbox.createIndex('key', 'key', { unique: true })
  outbox.createIndex('state', 'state')
  db.createObjectStore('photos', { keyPath: 'id' })
  db.createObjectStore('packs', { keyPath: 'grid' })
  db.createObjectStore('answers', { keyPath: 'path' })
  db.createObjectStore('notes', { keyPath: 'name' })
  db.createObjectStore('pieces', { keyPath: ['name', 'at'] }).createIndex('name', 'name')
}
