Console.WriteLine("esdb-rolling-update");
