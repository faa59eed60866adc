using Caisson.Core.Failures;
using Caisson.Engine.Secrets;
using Caisson.Server.Auth;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Caisson.Server.Api.Secrets;

/// <summary>Setting, listing and forgetting secrets. No route returns a value.</summary>
internal static class SecretRoutes
{
    public static void Map(RouteGroupBuilder api)
    {
        var routes = api.MapGroup("/secrets").WithTags("secrets");
        routes.MapGet("", List).Describe("listSecrets", "Lists secrets", "Names and labels; a value is never returned.", Resource.Secret, Verb.Read);
        routes.MapGet("/{name}", Get).Describe("getSecret", "Describes a secret", null, Resource.Secret, Verb.Read);
        routes.MapPut("/{name}", SetAsync).Describe("setSecret", "Sets a secret",
            "A header of an egress transform refers to it as `{\"secret\": NAME}`; sandboxes that do so get the new value at once.", Resource.Secret, Verb.Write);
        routes.MapDelete("/{name}", DeleteAsync).Describe("deleteSecret", "Forgets a secret",
            "Headers that refer to it are no longer set.", Resource.Secret, Verb.Write);
        routes.MapPost("/rotate-key", RotateAsync).Describe("rotateSecretKey", "Seals all secrets under a new key", null, Resource.SecretKey, Verb.Write);
    }

    private static Ok<SecretList> List(Call call, ISecretVault secrets) =>
        TypedResults.Ok(new SecretList([.. secrets.List(call.Caller.Tenant).Select(SecretBody.Of)]));

    private static Ok<SecretBody> Get(string name, Call call, ISecretVault secrets) =>
        TypedResults.Ok(SecretBody.Of(secrets.Find(call.Caller.Tenant, name) ?? throw NotFound()));

    private static async Task<Ok<SecretBody>> SetAsync(string name, SetSecret body, Call call, ISecretVault secrets, CancellationToken cancellation)
    {
        var metadata = body.Metadata is null ? null : Check.Labels(body.Metadata);
        var tenant = call.Caller.Tenant;
        return TypedResults.Ok(SecretBody.Of(await (secrets.Find(tenant, name) is null
            ? secrets.CreateAsync(tenant, name, body.Value, metadata, cancellation)
            : secrets.UpdateAsync(tenant, name, body.Value, metadata, cancellation))));
    }

    private static async Task<NoContent> DeleteAsync(string name, Call call, ISecretVault secrets, CancellationToken cancellation) =>
        await secrets.DeleteAsync(call.Caller.Tenant, name, cancellation) ? TypedResults.NoContent() : throw NotFound();

    private static async Task<Ok<RotatedBody>> RotateAsync(ISecretVault secrets, CancellationToken cancellation) =>
        TypedResults.Ok(new RotatedBody(await secrets.RotateKeyAsync(cancellation)));

    private static CaissonException NotFound() => new(ErrorCode.NotFound, "There is no such secret.", "List them with GET /v1/secrets.");
}
