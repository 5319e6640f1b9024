import { z } from 'zod';
import { parseFilter } from '../../filter/index.ts';
import { NeighbourRows } from '../neighbour-rows.ts';
import type { Api, ApiParts } from './api.ts';
import { listed, listedLimit, search } from './search.ts';
import { problem, row } from './shapes.ts';

