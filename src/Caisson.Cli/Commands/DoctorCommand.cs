using System.CommandLine;
using System.Text.Json;
using Caisson.Cli.Doctor;
using Caisson.Cli.Output;
using Caisson.Client;
using Caisson.Core.Failures;
using Spectre.Console;

namespace Caisson.Cli.Commands;

/// <summary><c>caisson doctor</c>: what walls can do here, or on the server's host.</summary>
internal static class DoctorCommand
{
    public static Command Create(ILocalDoctor? localDoctor)
    {
        var local = new Option<bool>("--local") { Description = "Ask this host even when a server is set." };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("doctor", "Tell what the walls can do, and what is missing.") { local, json };
        command.SetAction((parsed, cancellation) => Guarded.RunAsync(async () =>
        {
            var walls = Connection.Configured && !parsed.GetValue(local)
                ? await AskServerAsync(cancellation)
                : await (localDoctor ?? throw new CaissonException(
                    ErrorCode.Unsupported, "This build looks at no host by itself.", "Set CAISSON_URL and CAISSON_API_KEY to ask a server.")).ExamineAsync(cancellation);
            if (parsed.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(walls, CliJson.Default.IReadOnlyListWallStatus));
            else
                Show(walls);
            return walls.Any(wall => wall.Usable) ? 0 : 1;
        }));
        return command;
    }

    private static async Task<IReadOnlyList<WallStatus>> AskServerAsync(CancellationToken cancellation)
    {
        using var client = Connection.Open();
        return await client.WallsAsync(cancellation);
    }

    private static void Show(IReadOnlyList<WallStatus> walls)
    {
        foreach (var wall in walls)
        {
            Console.WriteLine($"{Plain.Text(wall.Name)} ({wall.Strength.ToString().ToLowerInvariant()}): {(wall.Usable ? "usable" : "not usable")}");
            var table = new Table { Border = TableBorder.None, ShowHeaders = false };
            table.AddColumns("", "", "", "");
            foreach (var check in wall.Checks)
            {
                table.AddRow(new[] { "  " + check.State.ToString().ToLowerInvariant(), check.Feature, check.Detail, check.Remedy ?? "" }
                    .Select(cell => new Text(Plain.Text(cell))));
            }

            AnsiConsole.Write(table);
        }
    }
}
