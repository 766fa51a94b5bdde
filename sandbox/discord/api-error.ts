/**
 * A refusal in Discord's own form: HTTP status, `code` and `message`, for form errors also `errors`
 * (https://docs.discord.com/developers/topics/opcodes-and-status-codes#json).
 */
export class ApiError extends Error {
  readonly status: number;
  readonly code: number;
  readonly errors: ErrorTree | undefined;

  constructor(status: number, code: number, message: string, errors?: ErrorTree) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }

  toJSON(): { message: string; code: number; errors?: ErrorTree } {
    return { message: this.message, code: this.code, ...(this.errors && { errors: this.errors }) };
  }
}

/** Faults by path: `{embeds: {"0": {title: {_errors: [{code, message}]}}}}`. */
export interface ErrorTree {
  [key: string]: ErrorTree | { code: string; message: string }[];
}

export const unauthorized = () => new ApiError(401, 0, '401: Unauthorized');
export const routeNotFound = () => new ApiError(404, 0, '404: Not Found');
export const unknownChannel = () => new ApiError(404, 10003, 'Unknown Channel');
export const unknownGuild = () => new ApiError(404, 10004, 'Unknown Guild');
export const unknownMember = () => new ApiError(404, 10007, 'Unknown Member');
export const unknownMessage = () => new ApiError(404, 10008, 'Unknown Message');
export const unknownUser = () => new ApiError(404, 10013, 'Unknown User');
export const unknownWebhook = () => new ApiError(404, 10015, 'Unknown Webhook');
export const unknownInteraction = () => new ApiError(404, 10062, 'Unknown interaction');
export const tooLarge = () => new ApiError(413, 40005, 'Request entity too large');
export const alreadyAcknowledged = () =>
  new ApiError(400, 40060, 'Interaction has already been acknowledged.');
export const missingAccess = () => new ApiError(403, 50001, 'Missing Access');
export const notTheAuthor = () => new ApiError(403, 50005, 'Cannot edit a message authored by another user');
export const emptyMessage = () => new ApiError(400, 50006, 'Cannot send an empty message');
export const cannotMessageUser = () => new ApiError(403, 50007, 'Cannot send messages to this user');
export const missingPermissions = () => new ApiError(403, 50013, 'Missing Permissions');
export const invalidWebhookToken = () => new ApiError(401, 50027, 'Invalid Webhook Token');
export const invalidFormBody = (errors: ErrorTree) => new ApiError(400, 50035, 'Invalid Form Body', errors);
export const badJson = () => new ApiError(400, 50109, 'The request body contains invalid JSON.');
