#!/usr/bin/env node
import { Command } from 'commander';

await new Command('nalu').description('Neural arithmetic: learn a formula from examples.').parseAsync();
