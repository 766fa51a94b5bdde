/** Every token of the Hub: `hf_` and letters and digits, some 34. Its own client takes no other, and no header could. */
const tokenForm = /^hf_[A-Za-z0-9]{8,}$/;

/** Whether this can be a token of the Hub. */
export function isTokenForm(token: string): boolean {
  return tokenForm.test(token);
}
