namespace Caisson.Engine.Rollouts.Languages;

/// <summary>Every language that can be asked for, as Debian's packages install it; one whose programs are not there says so when it is run.</summary>
public static class LanguageTable
{
    private const string Jars = "/usr/share/java/";
    private const string Tuples = ".:" + Jars + "javatuples.jar";

    private const string JUnit = ".:" + Jars + "junit-jupiter-api.jar:" + Jars + "junit-jupiter-engine.jar:" + Jars + "junit-jupiter-params.jar:" + Jars + "junit-platform-commons.jar:"
        + Jars + "junit-platform-engine.jar:" + Jars + "junit-platform-console.jar:" + Jars + "junit-platform-launcher.jar:" + Jars + "junit-platform-reporting.jar:"
        + Jars + "opentest4j.jar:" + Jars + "apiguardian-api.jar:" + Jars + "picocli.jar:" + Jars + "univocity-parsers.jar:" + Jars + "junit4.jar";

    private static readonly Dictionary<string, string> _home = new(StringComparer.Ordinal) { ["GOCACHE"] = "/tmp/.go-cache", ["GOPATH"] = "/tmp/.go", ["GO111MODULE"] = "off" };

    private static readonly Dictionary<string, string> _dotnet = new(StringComparer.Ordinal)
    {
        ["DOTNET_NOLOGO"] = "1",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1",
        ["DOTNET_CLI_HOME"] = "/tmp",
        ["MSBUILDDISABLENODEREUSE"] = "1",
    };

    // Where Debian keeps modules, which only its own build of Node.js looks through unasked.
    private static readonly Dictionary<string, string> _node = new(StringComparer.Ordinal) { ["NODE_PATH"] = "/usr/share/nodejs:/usr/lib/nodejs" };

    /// <summary>The recipes by language.</summary>
    public static IReadOnlyDictionary<string, LanguageRecipe> All { get; } = new LanguageRecipe[]
    {
        new() { Language = "python", File = "main.py", Run = ["python3", "main.py"] },
        new() { Language = "pytest", File = "test_main.py", Run = ["pytest", "test_main.py"] },
        new() { Language = "cpp", File = "main.cpp", Compile = ["g++", "-std=c++17", "main.cpp", "-o", "test", "-lpthread"], Run = ["./test"] },
        new()
        {
            Language = "csharp", File = "Program.cs", Run = ["dotnet", "run", "--project", "."], Environment = _dotnet,
            Beside = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["main.csproj"] = "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net$(BundledNETCoreAppTargetFrameworkVersion)</TargetFramework>"
                    + "<ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable><UseAppHost>false</UseAppHost><NuGetAudit>false</NuGetAudit></PropertyGroup></Project>",
            },
        },
        new() { Language = "go", File = "main.go", Compile = ["go", "build", "-o", "out", "main.go"], Run = ["./out"], Environment = _home },
        new() { Language = "go_test", File = "main_test.go", Run = ["go", "test", "main_test.go"], Environment = _home },
        new() { Language = "java", File = "Main.java", Compile = ["javac", "-J-XX:+UseSerialGC", "-cp", Tuples, "Main.java"], Run = ["java", "-XX:+UseSerialGC", "-cp", Tuples, "-ea", "Main"] },
        new()
        {
            Language = "junit", File = "{name}.java", NamePattern = @"public\s+(?:final\s+)?class\s+(?<name>\w+)", DefaultName = "Main",
            Compile = ["javac", "-J-XX:+UseSerialGC", "-cp", JUnit, "{name}.java"], Needs = [Jars + "junit-platform-console.jar", Jars + "junit-jupiter-engine.jar"],
            Run = ["java", "-XX:+UseSerialGC", "-cp", JUnit, "org.junit.platform.console.ConsoleLauncher", "--class-path", ".", "--scan-class-path"],
        },
        new() { Language = "nodejs", File = "main.js", Run = ["node", "main.js"] },
        new() { Language = "typescript", File = "main.ts", Run = ["ts-node", "--transpile-only", "main.ts"], Environment = _node },
        new() { Language = "jest", File = "main.test.ts", Run = ["jest", "main.test.ts"], Environment = _node },
        new() { Language = "php", File = "main.php", Opening = "<?php", Run = ["php", "-f", "main.php"] },
        new() { Language = "rust", File = "main.rs", Compile = ["rustc", "main.rs", "-o", "test"], Run = ["./test"] },
        new() { Language = "bash", File = "main.sh", Run = ["/bin/bash", "main.sh"] },
        new() { Language = "lua", File = "main.lua", Run = ["lua5.4", "main.lua"] },
        new() { Language = "R", File = "main.R", Run = ["Rscript", "main.R"] },
        new() { Language = "perl", File = "main.pl", Run = ["perl", "main.pl"] },
        new() { Language = "D_ut", File = "main.d", Compile = ["ldc2", "main.d", "-unittest", "-of=test"], Run = ["./test"] },
        new() { Language = "ruby", File = "main.rb", Run = ["ruby", "main.rb"] },
        new()
        {
            Language = "scala", File = "main.scala", NamePattern = @"\bobject\s+(?<name>\w+)", NameMissing = "Object name not found.",
            Compile = ["scalac", "main.scala"], Run = ["scala", "{name}"],
        },
        new() { Language = "julia", File = "main.jl", Run = ["julia", "main.jl"] },
        new() { Language = "kotlin_script", File = "main.kts", Run = ["kotlin", "main.kts"] },
        new()
        {
            Language = "verilog", File = "main.sv", Run = ["vvp", "-n", "test.vvp"],
            Compile = ["iverilog", "-Wall", "-Winfloop", "-Wno-timescale", "-g2012", "-s", "tb", "-o", "test.vvp", "main.sv"],
        },
        new() { Language = "lean", File = "Main.lean", Run = ["lake"], Refusal = "'lake' and Mathlib are packaged by nobody that Caisson installs from" },
        new() { Language = "swift", File = "main.swift", Compile = ["swiftc", "main.swift", "-o", "test.out"], Run = ["./test.out"] },
        new() { Language = "racket", File = "main.rkt", Run = ["racket", "main.rkt"] },
        new() { Language = "cuda", File = "main.cu", Run = ["nvcc"], Refusal = "'nvcc' needs a graphics processor, which no sandbox has" },
        new() { Language = "python_gpu", File = "main.py", Run = ["python3"], Refusal = "'torch' on CUDA needs a graphics processor, which no sandbox has" },
        new() { Language = "sql", File = "main.sql", Run = ["sqlite3", "-batch", "-bail", "-init", "main.sql", ":memory:", ".exit"] },
    }.ToDictionary(recipe => recipe.Language, StringComparer.Ordinal);
}
