import type { Wire } from '@/api/client'
import { word } from '@/ui/zhReport'

/** What a sign says of itself. */
export type Sign = Wire['PublicSign']
/** Number and secret. */
export type Receipt = Wire['ReportReceipt']
/** How a report goes on. */
export type Status = Wire['ReportStatus']
/** What is reported. */
export type Report = Wire['ResidentReport']

/** The words of a refusal, and the field they are about. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly field = '',
  ) {
    super(message)
  }
}

interface Problem {
  detail?: string
  fields?: { field: string; message: string }[]
}

/** Asks the server; throws Refusal in words for people. */
async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response
  try {
    response = await fetch(path, init)
  } catch {
    throw new Refusal(word('offline'))
  }
  const text = await response.text()
  if (response.ok) return (text ? JSON.parse(text) : undefined) as T
  let problem: Problem = {}
  try {
    problem = JSON.parse(text) as Problem
  } catch {
    // a proxy answered with a page of its own
  }
  const [first] = problem.fields ?? []
  throw new Refusal(first?.message ?? problem.detail ?? word('trouble'), first?.field)
}

const post = <T>(path: string, body: unknown, key?: string) =>
  ask<T>(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(key && { 'Idempotency-Key': key }) },
    body: JSON.stringify(body),
  })

/** What the sign of a token says. */
export const readSign = (token: string) => ask<Sign>(`/api/public/signs/${encodeURIComponent(token)}`)

/** Sends a report; the same key for every attempt, so that it arrives once. */
export const sendReport = (report: Report, key: string) => post<Receipt>('/api/public/reports', report, key)

/** How a report goes on. */
export const readStatus = (of: Receipt) => post<Status>('/api/public/status', of)

/** Says whether it is solved. */
export const answer = (of: Receipt, satisfied: boolean, words: string, key: string) =>
  post<Status>('/api/public/answers', { ...of, satisfied, words }, key)

/** Adds a photo; the same id for every attempt. */
export const sendPhoto = (of: Receipt, id: string, picture: Blob) =>
  ask<void>(`/api/public/photos?photo=${id}`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/octet-stream',
      'Report-Number': of.number,
      'Report-Secret': of.secret,
    },
    body: picture,
  })
