import { api, ok } from '@/api/client'

/** Characters that a password needs at least; the server says the same. */
export const PASSWORD_SHORTEST = 10

/** Changes one's own password. Other sign-ins end. Throws ApiError. */
export async function changePassword(old: string, fresh: string): Promise<void> {
  await ok(api.POST('/api/me/password', { body: { old, fresh } }))
}
