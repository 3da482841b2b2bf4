import { computed } from 'vue'
import { get, submit, type Wire } from '@/api/client'
import { register } from './register'

/** A number of the field this deployment sets for itself (字典). */
export type Norm = Wire['Norm']

/** One line of the history of a norm. */
export type NormChange = Wire['NormChange']

/** All norms; read when first wanted. */
export const norms = register(async () =>
  (await get<Norm[]>('/api/norms')).map((one) => ({ ...one, id: one.name })),
)

const valueOf = (name: string, usual: number) => norms.byId.value.get(name)?.value ?? usual

/** How many households a grid should have; as it comes until the dictionary is there. */
export const gridNorm = computed(() => ({
  low: valueOf('grid_households_low', 300),
  high: valueOf('grid_households_high', 500),
}))

/** The same of a micro-grid. */
export const microNorm = computed(() => ({
  low: valueOf('micro_households_low', 30),
  high: valueOf('micro_households_high', 120),
}))

/** Sets a norm. Throws ApiError: `stale` with the present one when somebody else changed it. */
export const changeNorm = (norm: Norm, value: number) =>
  submit<Norm>('PATCH', `/api/norms/${norm.name}`, { version: norm.version, value })

/** Its changes, newest first. Throws ApiError. */
export const readNormHistory = (name: string) => get<NormChange[]>(`/api/norms/${name}/history`)
