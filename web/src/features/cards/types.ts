export type { ApiError } from '@/api/client'
export type { LoadState } from '@/store/collection'
