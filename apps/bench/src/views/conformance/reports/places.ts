/** Where the suite is run for the committed reports. */
export const certifiedPlaces = ['node', 'chromium', 'chromium-policy', 'firefox', 'webkit'] as const;
export type CertifiedPlace = (typeof certifiedPlaces)[number];

/** Where a report was made; `here`: in this page, a moment ago. */
export type Place = CertifiedPlace | 'here';

export const placeTitles: { readonly [P in Place]: string } = {
  node: 'Node',
  chromium: 'Chromium',
  'chromium-policy': 'Chromium, strict policy',
  firefox: 'Firefox',
  webkit: 'WebKit',
  here: 'this browser',
};
