DROP TABLE guidance_points;
