// Weir's mark: a dam with water on both sides, 48 by 48 pixels.

/** The picture as PNG. */
export const logo: Buffer = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAADAAAAAwAgMAAAAqbBEUAAAADFBMVEUAAAASXoqo3PD////khzhHAAAABHRSTlMA////sy1AiAAAAKRJREFUeNq1kj0OwjAMRs3QI3AfjsBQV2qWzmTp'
  + 'aTIzdagXTkjU/NixIxWYyJQXfXmD/QHAgOXcAdq9ErYDcFG4aSrnOrgqjCewvE8AFbDAbmCip8CMjl4CDgkVaMNVYKJgbP4fam/VKcDqmAK7qGPw4SHqmN7npk4/VO3CbzUadQZWV2B1HSKrK7BaxpvVbfC0yRaKevyyuc/b7krR1aUvkqnYAQr03ldUZATvAAAAAElFTkSuQmCC',
  'base64',
);
