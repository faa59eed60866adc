using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Caisson.Cli.Output;
using Caisson.Client;
using Spectre.Console;

namespace Caisson.Cli.Commands;

/// <summary><c>caisson ls</c>: the live sandboxes.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("ls", "List the live sandboxes.") { json };
        command.SetAction((parsed, cancellation) => Guarded.RunAsync(async () =>
        {
            using var client = Connection.Open();
            var all = new List<SandboxDescription>();
            string? after = null;
            do
            {
                var page = await client.ListAsync(after, cancellation);
                all.AddRange(page.Items);
                after = page.Next;
            }
            while (after is not null);
            if (parsed.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(all, CliJson.Default.ListSandboxDescription));
            else
                Show(all);
            return 0;
        }));
        return command;
    }

    private static void Show(List<SandboxDescription> sandboxes)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (var heading in (ReadOnlySpan<string>)["ID", "STATE", "TEMPLATE", "WALL", "STARTED", "ENDS", "LABELS"])
            table.AddColumn(new TableColumn(new Text(heading)) { NoWrap = true });
        foreach (var one in sandboxes)
        {
            table.AddRow(new[]
            {
                one.Id, one.State.ToString().ToLowerInvariant(), one.Template, one.Wall, Moment(one.StartedAt), one.EndsAt is { } end ? Moment(end) : "-",
                string.Join(',', one.Metadata.Select(label => $"{label.Key}={label.Value}")),
            }.Select(cell => new Text(Plain.Text(cell))));
        }

        // A line that is piped on, or is wider than the window, must still be one line.
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 200);
        AnsiConsole.Write(table);
    }

    private static string Moment(DateTimeOffset moment) => moment.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
