using System.CommandLine;
using System.Globalization;
using Caisson.Cli.Commands;
using Caisson.Cli.Output;

namespace Caisson.Cli.State;

/// <summary><c>caisson snapshot</c>: keeps a sandbox's files as a template; <c>ls</c> and <c>rm</c> list and forget.</summary>
internal static class SnapshotCommand
{
    public static Command Create()
    {
        var id = Arguments.Sandbox();
        var name = new Option<string?>("--name") { Description = "NAME or NAME:TAG; the snapshot of that name and tag is replaced." };
        var filesOnly = new Option<bool>("--files-only") { Description = "Files are enough though processes run in it." };
        var command = new Command("snapshot", "Keep a sandbox's files as a template and print its id.") { id, name, filesOnly, List(), Remove() };
        command.SetAction((parsed, cancellation) => Guarded.RunAsync(async () =>
        {
            var named = parsed.GetValue(name)?.Split(':', 2);
            using var client = Connection.Open();
            var sandbox = await client.GetAsync(parsed.GetValue(id)!, cancellation);
            var snapshot = await sandbox.SnapshotAsync(named?[0], named is [_, var tag] ? tag : "default", parsed.GetValue(filesOnly), cancellation);
            Console.WriteLine(snapshot.Id);
            return 0;
        }));
        return command;
    }

    private static Command List()
    {
        var command = new Command("ls", "List the snapshots.");
        command.SetAction((_, cancellation) => Guarded.RunAsync(async () =>
        {
            using var client = Connection.Open();
            foreach (var one in await client.Snapshots.ListAsync(cancellation))
            {
                Console.WriteLine(Plain.Text(string.Join(' ', one.Id, one.Name is null ? "-" : $"{one.Name}:{one.Tag}", one.Wall, one.Bytes.ToString(CultureInfo.InvariantCulture),
                    one.CreatedAt.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture))));
            }

            return 0;
        }));
        return command;
    }

    private static Command Remove()
    {
        var id = new Argument<string>("snapshot") { Description = "The snapshot's id." };
        var command = new Command("rm", "Forget a snapshot.") { id };
        command.SetAction((parsed, cancellation) => Guarded.RunAsync(async () =>
        {
            using var client = Connection.Open();
            await client.Snapshots.DeleteAsync(parsed.GetValue(id)!, cancellation);
            return 0;
        }));
        return command;
    }
}
