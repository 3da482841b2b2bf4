import { number } from '@/ui/text'

/** Bytes for people: 0.4 MB, 6.2 MB. */
export const megabytes = (bytes: number): string => `${number(bytes / 1_000_000, bytes < 100_000 ? 2 : 1)} MB`
