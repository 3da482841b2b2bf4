import { base } from './base'
import { inState } from './outboxRows'

/** Everything unsent as text, to be kept elsewhere or handed to the office. */
export async function exported(): Promise<Blob> {
  const db = await base()
  const all = await inState('waiting', 'sending', 'trouble')
  const photos = await Promise.all(
    all.map(async ({ photo }) => (photo ? dataUrl((await db.get('photos', photo))?.blob) : undefined)),
  )
  const file = {
    program: 'wangge',
    at: new Date().toISOString(),
    rows: all.map((row, i) => ({ ...row, image: photos[i] })),
  }
  return new Blob([JSON.stringify(file, null, 1)], { type: 'application/json' })
}

function dataUrl(blob: Blob | undefined): Promise<string | undefined> {
  if (!blob) return Promise.resolve(undefined)
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result as string)
    reader.onerror = () => reject(reader.error ?? new Error('reading a file'))
    reader.readAsDataURL(blob)
  })
}
