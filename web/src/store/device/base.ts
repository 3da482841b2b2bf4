import Dexie, { type EntityTable, type Table } from 'dexie'
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
  /** JSON, or null when a photo is sent. */
  body: unknown
  /** Id of the photo to send instead of JSON. */
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

/** A photo that waits for its turn. */
export interface KeptPhoto {
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
export class DeviceBase extends Dexie {
  outbox!: EntityTable<Row, 'n'>
  photos!: EntityTable<KeptPhoto, 'id'>
  packs!: EntityTable<KeptPack, 'grid'>
  answers!: EntityTable<KeptAnswer, 'path'>
  notes!: EntityTable<{ name: string; value: unknown }, 'name'>
  /** Pieces of a map file where the browser has no private file system. */
  pieces!: Table<{ name: string; at: number; blob: Blob }, [string, number]>

  constructor(name = 'wangge') {
    super(name)
    this.version(1).stores({
      outbox: '++n, &key, state, [entity+n]',
      photos: 'id',
      packs: 'grid',
      answers: 'path',
      notes: 'name',
      pieces: '[name+at], name',
    })
  }
}

/** The base of this device. Opened by the first use. */
export const base = new DeviceBase()
