import { api, ok, type Wire } from '@/api/client'

/** A second factor about to be set up. */
export type Enrolment = Wire['Enrolment']

/** Makes a secret for the app. Throws ApiError `conflict` when one is in use. */
export function beginTotp(): Promise<Enrolment> {
  return ok(api.POST('/api/me/totp'))
}

/** Turns it on and returns the recovery codes, this once. */
export function confirmTotp(code: string): Promise<string[]> {
  return ok(api.POST('/api/me/totp/confirm', { body: { code } }))
}

/** Turns it off; all sign-ins end. */
export async function dropTotp(password: string): Promise<void> {
  await ok(api.POST('/api/me/totp/drop', { body: { password } }))
}

/** The dark modules of a QR code as one path of an SVG, a unit each, with the quiet zone of four the standard asks for. */
export function qrPath(rows: readonly string[]): string {
  return rows
    .flatMap((row, y) =>
      [...row.matchAll(/1+/g)].map(
        (run) => `M${run.index + 4} ${y + 4}h${run[0].length}v1h-${run[0].length}z`,
      ),
    )
    .join('')
}
