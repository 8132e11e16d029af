/** The longest texts that the API takes; a test holds them against its OpenAPI document. */
export const FIELD_LIMITS = { title: 120, description: 5000 };
