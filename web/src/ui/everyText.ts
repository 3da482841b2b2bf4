import { addTexts } from './text'
import { zh } from './zh'

// For pages of people who are signed in: all texts in one file.
addTexts(zh)
