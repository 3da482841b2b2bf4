import { api, ok } from '@/api/client'
import { register } from './register'

/** The operations that occur in the audit, for choosing one. */
export const auditOperations = register<{ id: string; act: string }>(async () =>
  (await ok(api.GET('/api/audit-operations'))).map(({ operation, act }) => ({ id: operation, act })),
)
