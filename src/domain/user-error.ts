/**
 * An error that is shown to the person as it stands: `message` says what happened, `remedy` what to do now.
 * Any other error is a defect of the program: logged in full, answered with a short reference.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly remedy: string | undefined;

  constructor(message: string, remedy?: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}
