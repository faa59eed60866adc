using System.CommandLine;
using System.Globalization;
using Caisson.Engine.Store;
using Caisson.Server.Auth;
using Caisson.Server.Hosting;

namespace Caisson.Server.Commands;

/// <summary>Making, listing and revoking API keys; works while a server runs over the same state.</summary>
internal static class KeyCommand
{
    /// <summary>Builds the <c>key</c> command.</summary>
    public static Command Create() => new("key", "Make, list and revoke API keys.") { CreateKey(), ListKeys(), RemoveKey() };

    private static Command CreateKey()
    {
        var state = ServerCommand.StateOption();
        var tenant = new Option<string>("--tenant") { Description = "Whose it is.", DefaultValueFactory = _ => "default" };
        var scope = new Option<string[]>("--scope") { Description = "What it may do: read, exec, files, admin; all but admin when left out." };
        var expires = new Option<string?>("--expires") { Description = "When it stops working: a number and s, m, h or d." };
        var command = new Command("create", "Make a key and print it; it cannot be shown again.") { state, tenant, scope, expires };
        command.SetAction((parsed, cancellation) => WithKeysAsync(parsed.GetValue(state), async keys =>
        {
            var lifetime = parsed.GetValue(expires) is { } text ? Duration.Parse(text) : (TimeSpan?)null;
            var key = await keys.CreateAsync(parsed.GetValue(tenant)!, parsed.GetValue(scope) ?? [], lifetime, cancellation);
            await Console.Out.WriteLineAsync(key);
        }, cancellation));
        return command;
    }

    private static Command ListKeys()
    {
        var state = ServerCommand.StateOption();
        var command = new Command("ls", "List the keys.") { state };
        command.SetAction((parsed, cancellation) => WithKeysAsync(parsed.GetValue(state), async keys =>
        {
            foreach (var key in await keys.ListAsync(cancellation))
                await Console.Out.WriteLineAsync(Line(key));
        }, cancellation));
        return command;
    }

    private static Command RemoveKey()
    {
        var state = ServerCommand.StateOption();
        var id = new Argument<string>("id") { Description = "The key's id, as 'key ls' shows it." };
        var command = new Command("rm", "Revoke a key.") { id, state };
        command.SetAction((parsed, cancellation) =>
            WithKeysAsync(parsed.GetValue(state), keys => keys.RevokeAsync(parsed.GetValue(id)!, cancellation), cancellation));
        return command;
    }

    private static Task<int> WithKeysAsync(string? state, Func<KeyRing, Task> action, CancellationToken cancellation) => Guarded.RunAsync(async () =>
    {
        var store = await Composition.OpenStoreAsync(StateDirectory.Ensure(state ?? StateDirectory.Default()), cancellation);
        try
        {
            await action(new KeyRing(store, TimeProvider.System));
        }
        finally
        {
            if (store is IAsyncDisposable owned)
                await owned.DisposeAsync();
            else
                (store as IDisposable)?.Dispose();
        }
    });

    private static string Line(ApiKeyRecord key) => string.Join('\t',
        key.Id, key.Tenant, string.Join(',', key.Scopes), Date(key.CreatedAt), key.ExpiresAt is { } end ? Date(end) : "-");

    private static string Date(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
