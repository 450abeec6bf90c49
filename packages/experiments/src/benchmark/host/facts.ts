/** What the measurements were made on and with. A fact that cannot be found is null. */
export interface HostFacts {
  readonly cpu: string | null;
  /** Logical processors. */
  readonly cores: number | null;
  readonly memoryBytes: number | null;
  readonly os: string | null;
  readonly runtime: string | null;
  /** Of each package that took part. */
  readonly versions: Readonly<Record<string, string | null>>;
  /** The commit of Nalu's own checkout; null when it is installed from a registry. */
  readonly commit: string | null;
  /** Of a page in a browser; null elsewhere. */
  readonly page: PageFacts | null;
}

export interface PageFacts {
  /** Whether it is isolated from other origins: clocks are finer then. */
  readonly isolated: boolean;
  /** The GPUs that browsers name, or null where they offer none. */
  readonly webgpu: string | null;
  readonly webgl2: string | null;
}
