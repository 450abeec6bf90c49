/** What is used here of WebGPU's `navigator.gpu` and of its adapters. */
export interface WebGpu {
  requestAdapter(options?: { readonly powerPreference: 'high-performance' }): Promise<{ readonly info: AdapterInfo } | null>;
}

export interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  readonly isFallbackAdapter?: boolean;
}
