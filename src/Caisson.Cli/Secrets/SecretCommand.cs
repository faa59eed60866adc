using System.CommandLine;
using System.Globalization;
using Caisson.Cli.Output;
using Caisson.Core.Failures;

namespace Caisson.Cli.Secrets;

/// <summary><c>caisson secret</c>: sets, lists and forgets secrets. A value comes from standard input, never from an argument that others could see.</summary>
internal static class SecretCommand
{
    private const int LongestValue = 16 << 10;

    public static Command Create() => new("secret", "What the gateway puts into headers, and no sandbox sees.") { Set(), List(), Remove(), Rotate() };

    private static Command Set()
    {
        var name = new Argument<string>("name") { Description = "Its name." };
        var command = new Command("set", "Set a secret; its value is one line of standard input.") { name };
        command.SetAction((parsed, cancellation) => Guarded.RunAsync(async () =>
        {
            var value = await ReadAsync(Console.In, cancellation);
            using var client = Connection.Open();
            var secret = await client.Secrets.SetAsync(parsed.GetValue(name)!, value, cancellation: cancellation);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{secret.Name} version {secret.Version}"));
            return 0;
        }));
        return command;
    }

    /// <summary>Reads one line, the end of it left out.</summary>
    internal static async Task<string> ReadAsync(TextReader input, CancellationToken cancellation)
    {
        var buffer = new char[LongestValue + 1];
        var count = await input.ReadBlockAsync(buffer, cancellation);
        var value = new string(buffer, 0, count).TrimEnd('\r', '\n');
        return count <= LongestValue && value.Length > 0 && !value.Contains('\n', StringComparison.Ordinal)
            ? value
            : throw new CaissonException(ErrorCode.InvalidArgument, "A secret's value is one line of standard input.", "For instance: printf %s \"$TOKEN\" | caisson secret set api-token");
    }

    private static Command List()
    {
        var command = new Command("ls", "List the secrets, without their values.");
        command.SetAction((_, cancellation) => Guarded.RunAsync(async () =>
        {
            using var client = Connection.Open();
            foreach (var one in await client.Secrets.ListAsync(cancellation))
                Console.WriteLine(Plain.Text(string.Create(CultureInfo.InvariantCulture, $"{one.Name} {one.Version} {one.UpdatedAt:yyyy-MM-ddTHH:mm:ssZ}")));
            return 0;
        }));
        return command;
    }

    private static Command Remove()
    {
        var name = new Argument<string>("name") { Description = "Its name." };
        var command = new Command("rm", "Forget a secret.") { name };
        command.SetAction((parsed, cancellation) => Guarded.RunAsync(async () =>
        {
            using var client = Connection.Open();
            await client.Secrets.DeleteAsync(parsed.GetValue(name)!, cancellation);
            return 0;
        }));
        return command;
    }

    private static Command Rotate()
    {
        var command = new Command("rotate-key", "Seal all secrets of the server under a new key.");
        command.SetAction((_, cancellation) => Guarded.RunAsync(async () =>
        {
            using var client = Connection.Open();
            var count = await client.Secrets.RotateKeyAsync(cancellation);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} sealed"));
            return 0;
        }));
        return command;
    }
}
