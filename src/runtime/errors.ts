/** A key that must not be made: a part is missing, is no text, or belongs to another definition. */
export class KeyError extends TypeError {
  override readonly name = 'KeyError'
}

/** Options that contradict each other or cannot be met, in words for who wrote them. */
export class CacheConfigError extends Error {
  override readonly name = 'CacheConfigError'
}

/** A loader gave `undefined`. Nothing is stored: absence is said with `none()`. */
export class UndefinedValueError extends TypeError {
  override readonly name = 'UndefinedValueError'
}

/** A layer did not answer within its time. */
export class LayerTimeoutError extends Error {
  override readonly name = 'LayerTimeoutError'
}

/** A layer answered that it does not do this, as with a value that is too large for it. */
export class LayerRefusalError extends Error {
  override readonly name = 'LayerRefusalError'
}

/** `close()` had to leave something behind; `report` says what. */
export class CloseError extends Error {
  override readonly name = 'CloseError'
  constructor(message: string, readonly report: { readonly flushed: number; readonly failed: number; readonly dropped: number }) {
    super(message)
  }
}
