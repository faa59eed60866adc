using System.CommandLine;
using System.Text.Json;
using Caisson.Cli.Doctor;
using Caisson.Cli.Output;
using Caisson.Core.Advice;
using Caisson.Core.Backends;

namespace Caisson.Cli.Commands;

/// <summary><c>caisson advise</c>: which wall to use for a workload, here or on the server's host, and why.</summary>
internal static class AdviseCommand
{
    public static Command Create(ILocalDoctor doctor)
    {
        var options = new WorkloadOptions();
        var local = new Option<bool>("--local") { Description = "Ask this host even when a server is set." };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("advise", "Tell which wall to use for a workload, and why; exit code 1 when none will do.") { local, json };
        foreach (var option in options.All)
            command.Add(option);
        command.SetAction((parsed, cancellation) => Guarded.RunAsync(async () =>
        {
            var workload = options.Read(parsed);
            var advice = Connection.Configured && !parsed.GetValue(local)
                ? await AskServerAsync(workload, cancellation)
                : Advisor.Advise(workload, HostFacts.Here([.. (await doctor.ExamineAsync(cancellation))
                    .Select(wall => new WallFacts(wall.Name, wall.Strength, new BackendReport(wall.Usable, wall.Checks)))]));
            if (parsed.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(advice, AdviceJson.Default.Recommendation));
            else
                Show(advice);
            return advice.Wall is null ? 1 : 0;
        }));
        return command;
    }

    private static async Task<Recommendation> AskServerAsync(Workload workload, CancellationToken cancellation)
    {
        using var client = Connection.Open();
        return await client.AdviseAsync(workload, cancellation);
    }

    private static void Show(Recommendation advice)
    {
        Console.WriteLine(advice.Wall is null ? "no wall of this host will do" : $"use {Plain.Text(advice.Wall)}");
        foreach (var wall in advice.Ranked)
        {
            Console.WriteLine($"\n{Plain.Text(wall.Name)}: would do ({wall.Points:+0;-0;0} points)");
            foreach (var reason in wall.Reasons)
                Console.WriteLine($"  {reason.Points:+0;-0} {Plain.Text(reason.Why)} [{Plain.Text(reason.Rule)}]");
        }

        foreach (var wall in advice.RuledOut)
        {
            Console.WriteLine($"\n{Plain.Text(wall.Name)}: ruled out");
            foreach (var hit in wall.Because)
                Console.WriteLine($"  {Plain.Text(hit.Why)} [{Plain.Text(hit.Rule)}]\n    {Plain.Text(hit.Change)}");
        }

        Console.WriteLine("\nsettings");
        foreach (var setting in advice.Settings)
            Console.WriteLine($"  {Plain.Text(setting.Do)} [{Plain.Text(setting.Rule)}]\n    {Plain.Text(setting.Why)}");
        if (advice.Spec is { } spec)
            Console.WriteLine($"\nPOST /v1/sandboxes\n{JsonSerializer.Serialize(spec, AdviceJson.Default.AdvisedSpec)}");
    }
}
