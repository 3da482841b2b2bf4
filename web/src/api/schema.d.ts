// Generated from openapi.json by `npm run gen:api`; never edited.
export interface paths {}
