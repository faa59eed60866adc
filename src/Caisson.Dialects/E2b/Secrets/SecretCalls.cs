using System.Globalization;
using Caisson.Dialects.E2b.ControlPlane;
using Caisson.Dialects.E2b.Http;
using Caisson.Dialects.E2b.Secrets.Wire;
using Caisson.Engine.Secrets;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Caisson.Dialects.E2b.Secrets;

/// <summary>Secrets, of which only metadata ever comes back.</summary>
internal static class SecretCalls
{
    public static async Task CreateAsync(ControlCall call)
    {
        var body = await E2bRequests.ReadAsync(call.Http, call.Options.MaxRequestBytes, E2bJson.Default.NewSecret);
        if (string.IsNullOrEmpty(body.Name))
            throw new E2bHttpException(400, "name is required");
        await WriteAsync(call, 201, await Vault(call).CreateAsync(call.Tenant, body.Name, Value(body), body.Metadata, call.Cancellation));
    }

    public static async Task UpdateAsync(ControlCall call)
    {
        var body = await E2bRequests.ReadAsync(call.Http, call.Options.MaxRequestBytes, E2bJson.Default.NewSecret);
        var found = Find(call);
        await WriteAsync(call, 200, await Vault(call).UpdateAsync(call.Tenant, found.Id, Value(body), body.Metadata, call.Cancellation));
    }

    public static Task GetAsync(ControlCall call) => WriteAsync(call, 200, Find(call));

    public static Task ListAsync(ControlCall call)
    {
        var limit = call.Query("limit") is { Length: > 0 } text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : 100;
        if (limit is < 1 or > 100)
            throw new E2bHttpException(400, "limit must be between 1 and 100");
        var after = call.Query("nextToken");
        IEnumerable<SecretInfo> found = Vault(call).List(call.Tenant);
        if (after.Length > 0)
            found = found.SkipWhile(one => one.Id != after).Skip(1);
        var page = found.Take(limit + 1).ToList();
        if (page.Count > limit)
            call.Http.Response.Headers["X-Next-Token"] = page[limit - 1].Id;
        return E2bResponses.WriteAsync(call.Http, 200, [.. page.Take(limit).Select(View)], E2bJson.Default.SecretViewArray);
    }

    public static async Task DeleteAsync(ControlCall call)
    {
        var found = Find(call);
        if (!await Vault(call).DeleteAsync(call.Tenant, found.Id, CancellationToken.None))
            throw NotFound();
        call.NoContent();
    }

    private static string Value(NewSecret body) => body.Value ?? throw new E2bHttpException(400, "value is required");

    private static SecretInfo Find(ControlCall call) =>
        Vault(call).Find(call.Tenant, Uri.UnescapeDataString(call.Http.GetRouteValue("secret") as string ?? "")) ?? throw NotFound();

    private static Task WriteAsync(ControlCall call, int status, SecretInfo secret) => E2bResponses.WriteAsync(call.Http, status, View(secret), E2bJson.Default.SecretView);

    private static SecretView View(SecretInfo secret) => new(
        secret.Id, secret.Name, secret.Version, secret.Metadata, SandboxViews.Time(secret.CreatedAt), SandboxViews.Time(secret.UpdatedAt));

    private static ISecretVault Vault(ControlCall call) => call.Http.RequestServices.GetRequiredService<ISecretVault>();

    private static E2bHttpException NotFound() => new(404, "secret not found");
}
