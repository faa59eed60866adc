using System.CommandLine;
using Caisson.Cli.Output;
using Caisson.Core.Failures;
using Caisson.Verify;
using Caisson.Verify.Cases;
using Caisson.Verify.Matrix;
using Caisson.Verify.Server;

namespace Caisson.Cli.Commands;

/// <summary><c>caisson verify</c>: shows on this host what each wall enforces.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var walls = new Argument<string[]>("wall") { Arity = ArgumentArity.ZeroOrMore, Description = "The walls to verify; all that this host can use when left out." };
        var all = new Option<bool>("--all") { Description = "Run every case, those too that kill the server meanwhile." };
        var markdown = new Option<FileInfo?>("--markdown") { Description = "Also write the matrix to a file, as Markdown." };
        var command = new Command("verify", "Run the conformance cases on this host's walls and print what each wall enforces.") { walls, all, markdown };
        command.SetAction((parsed, cancellation) => Guarded.RunAsync(() =>
            RunAsync(parsed.GetValue(walls) ?? [], parsed.GetValue(all), parsed.GetValue(markdown), cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(string[] asked, bool all, FileInfo? markdown, CancellationToken cancellation)
    {
        var program = Environment.ProcessPath ?? throw new CaissonException(ErrorCode.Unsupported, "this program does not know where it lies", "run it by its path");
        await using var server = await PrivateServer.StartAsync(program, cancellation);
        var verifier = new WallVerifier(server, TimeProvider.System);
        var results = new List<CaseResult>();
        foreach (var wall in asked.Length > 0 ? asked : await verifier.UsableAsync(cancellation))
            results.AddRange(await RunAsync(verifier, wall, all, cancellation));
        var matrix = new ControlMatrix(results);
        Show(matrix, results);
        if (markdown is not null)
            await File.WriteAllTextAsync(markdown.FullName, matrix.ToMarkdown(), cancellation);
        return results.Exists(result => result.Outcome == CaseOutcome.Failed) || results.Count == 0 ? 1 : 0;
    }

    private static async Task<List<CaseResult>> RunAsync(WallVerifier verifier, string wall, bool all, CancellationToken cancellation)
    {
        await using var bench = await verifier.OpenAsync(wall, cancellation);
        var cases = CaseCatalog.All.Where(verified => all || verified.Shipped).ToList();
        using var progress = new Progress($"{wall}: cases");
        var results = new List<CaseResult>();
        foreach (var verified in cases)
        {
            results.Add(await verifier.RunAsync(bench, verified, cancellation));
            progress.Report(results.Count, cases.Count);
        }

        return results;
    }

    private static void Show(ControlMatrix matrix, List<CaseResult> results)
    {
        var width = Controls.All.Max(control => control.Name.Length) + 2;
        Console.WriteLine($"{"".PadRight(width)}{string.Join("  ", matrix.Walls.Select(wall => wall.PadRight(13)))}");
        foreach (var control in Controls.All)
            Console.WriteLine($"{control.Name.PadRight(width)}{string.Join("  ", matrix.Walls.Select(wall => ControlMatrix.Words(matrix[wall, control]).PadRight(13)))}");
        foreach (var failed in results.Where(result => result.Outcome == CaseOutcome.Failed))
            Console.Error.WriteLine($"FAILED {Plain.Text(failed.Wall)}: {Plain.Text(failed.Case.ToString())}: {Plain.Text(failed.Detail ?? "")}");
        Console.WriteLine($"{results.Count(result => result.Outcome == CaseOutcome.Holds)} cases hold, {results.Count(result => result.Outcome == CaseOutcome.NotAvailable)} not available, {results.Count(result => result.Outcome == CaseOutcome.Failed)} failed");
    }
}
