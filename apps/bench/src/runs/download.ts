/** A file's name for something with this title: `nalu-23-nov-2026.json`. */
export const fileName = (title: string, ending: 'json' | 'png'): string =>
  `nalu-${title
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '')
    .toLowerCase()}.${ending}`;

/** Offers text or bytes as a file. */
export const download = (name: string, content: string | Blob, type: string): void => {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the data once it has begun.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
};
