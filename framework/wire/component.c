#include "framework/wire/component.h"

#include "framework/wire/token.h"

enum { TYPE = 1, MEASUREMENT = 2, VERSION = 4, SIGNER = 5, ALGORITHM = 6 };

int pobf_component_is_digest(size_t size)
{
    return size == 32 || size == 48 || size == 64;
}

/*@
  requires component: \valid(component);
  requires token:     valid_token(token);
  requires apart:     \separated(component, token);
  requires alone:     \separated(component, token->claims.bytes + (0 .. token->claims.size - 1));
  terminates          \true;
  exits               \false;
  assigns             *component, token->failed;
  ensures  inside:    span_in(&component->measurement, token->claims.size);
  ensures  inside:    span_in(&component->signer, token->claims.size);
  ensures  inside:    span_in(&component->type, token->claims.size);
  ensures  inside:    span_in(&component->version, token->claims.size);
  ensures  inside:    span_in(&component->algorithm, token->claims.size);
*/
static void read_claims(struct pobf_component *component, struct pobf_token *token)
{
    pobf_token_bytes(token, &component->measurement, MEASUREMENT, POBF_TOKEN_REQUIRED, 32, 64);
    pobf_token_bytes(token, &component->signer, SIGNER, POBF_TOKEN_REQUIRED, 32, 64);
    pobf_token_text(token, &component->type, TYPE, POBF_TOKEN_OPTIONAL);
    pobf_token_text(token, &component->version, VERSION, POBF_TOKEN_OPTIONAL);
    pobf_token_text(token, &component->algorithm, ALGORITHM, POBF_TOKEN_OPTIONAL);
}

int pobf_component_read(struct pobf_component *component, const uint8_t *bytes,
                        const struct pobf_span *components, size_t index)
{
    struct pobf_span item;
    struct pobf_token token;

    (void)pobf_span_element(&item, bytes, components, index);
    pobf_token_open(&token, bytes, &item);
    read_claims(component, &token);
    return token.failed == 0 && pobf_component_is_digest(component->measurement.size) &&
           pobf_component_is_digest(component->signer.size);
}

size_t pobf_component_count(const uint8_t *bytes, const struct pobf_span *components)
{
    const uint64_t count = pobf_span_count(bytes, components);
    struct pobf_component component;

    if (count > POBF_COMPONENTS_MAX) {
        return 0;
    }
    /*@
      loop invariant bound: 0 <= i <= count;
      loop assigns i, component;
      loop variant count - i;
    */
    for (size_t i = 0; i < count; i++) {
        if (!pobf_component_read(&component, bytes, components, i)) {
            return 0;
        }
    }
    return count;
}
